/** Where pictures are made: by a tool of the provider's own, or by Parley's tool and the images API. */
import { isOpenAI } from '../../core/models/base-url.ts';
import type { Choice } from '../../core/models/catalog/choose.ts';

export interface PictureServer {
  /** OPENAI_IMAGE_MODEL. Absent: nobody chose one. */
  imageModel: string | undefined;
  /** The operator's server, which has that model. */
  baseUrl: string;
}

/**
 * OpenAI makes pictures within a response of its Responses API. A proxy may do so, too, unless the operator chose a model
 * for pictures. Servers of tenants are not asked for the operator's model, unless they are OpenAI's.
 */
export function pictureToolAt(
  { provider, api }: Pick<Choice, 'provider' | 'api'>,
  { imageModel, baseUrl }: PictureServer,
): 'hosted' | 'function' | undefined {
  if (!provider) return undefined;
  const isOpenAIs = isOpenAI(provider.baseUrl);
  if (api === 'responses' && (isOpenAIs || imageModel === undefined)) return 'hosted';
  const hasModel = imageModel !== undefined && (isOpenAIs || provider.baseUrl === baseUrl);
  return hasModel ? 'function' : undefined;
}
