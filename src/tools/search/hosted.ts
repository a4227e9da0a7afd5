/** Whether the provider searches the web by itself within its answer. */
import { isOpenAI } from '../../core/models/base-url.ts';
import type { Choice } from '../../core/models/catalog/choose.ts';
import type { SearchSetting } from './setting.ts';

/** Only the Responses API has such a tool. */
export function hostedSearch(
  { by }: Pick<SearchSetting, 'by'>,
  { provider, api }: Pick<Choice, 'provider' | 'api'>,
): boolean {
  if (!provider || api !== 'responses') return false;
  return by === 'openai' || (by === 'auto' && isOpenAI(provider.baseUrl));
}
