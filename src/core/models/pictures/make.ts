/** Makes a picture from words, or from other pictures, by the images API (OpenAI API reference: Images). */
import { toFile } from 'openai';
import { MOST_PICTURE_OUTPUT } from '../../money/bounds.ts';
import { failureOf, isBilledAfter } from '../failures/failures.ts';
import { type Failure, type Image, type Meter, ModelError } from '../model.ts';
import { clientFor, type Provider } from '../provider.ts';
import { usageIn } from '../usage.ts';
import { fieldsOf, MOST_PICTURES, parseJson } from '../wire/json.ts';

export interface WantedPicture {
  prompt: string;
  shape?: keyof typeof SIZES | undefined;
  /** Pictures to work on. None: it is made from the words alone. */
  from: Image[];
}

/** Pixels, as models of OpenAI take them (guides/image-generation, "Size and quality options"). */
const SIZES = { square: '1024x1024', wide: '1536x1024', tall: '1024x1536' } as const;

/** A complex picture takes up to two minutes (OpenAI, guides/image-generation, "Latency"). */
export const MAKING_MS = 150_000;
/** Requests for one picture, each without a parameter that was refused before. */
const MOST_REQUESTS = 3;
/** Parameters that not every server takes. */
const OPTIONAL = new Set(['response_format', 'size', 'n']);

/**
 * Resolves to the picture in base64, as the server sent it.
 * @param isOpenAI OpenAI's own models send base64, and refuse to be asked for it
 * @throws ModelError; `late` also when the signal is aborted; StoreError if the meter cannot reserve
 */
export async function makePicture(
  { provider, model, isOpenAI }: { provider: Provider; model: string; isOpenAI: boolean },
  wanted: WantedPicture,
  meter: Meter,
  stop: AbortSignal,
): Promise<string> {
  const messages = [{ role: 'user' as const, text: wanted.prompt, images: wanted.from }];
  const most = await meter.begin({ instructions: '', messages }, stop);
  if (most !== undefined && most < MOST_PICTURE_OUTPUT) {
    meter.end({ isBilled: false });
    throw new ModelError({ kind: 'limit' });
  }
  const signal = AbortSignal.any([stop, AbortSignal.timeout(MAKING_MS)]);
  try {
    const answer = fieldsOf(await askFor({ provider, model, isOpenAI }, wanted, signal));
    const usage = usageIn(fieldsOf(answer.usage));
    meter.end({ isBilled: true, usage });
    return pictureIn(answer);
  } catch (error) {
    const failure: Failure = signal.aborted ? { kind: 'late' } : failureOf(error);
    meter.end({ isBilled: isBilledAfter(failure) });
    throw new ModelError(failure);
  }
}

async function askFor(
  { provider, model, isOpenAI }: { provider: Provider; model: string; isOpenAI: boolean },
  { prompt, shape, from }: WantedPicture,
  signal: AbortSignal,
): Promise<unknown> {
  const { images } = clientFor(provider);
  const optional: Record<string, string | number> = {
    n: 1,
    ...(shape && { size: SIZES[shape] }),
    ...(!isOpenAI && { response_format: 'b64_json' }),
  };
  for (let request = 1; ; request++) {
    const body = { model, prompt, ...(optional as object) };
    try {
      const sent =
        from.length > 0
          ? images.edit({ ...body, image: await filesOf(from) }, { signal })
          : images.generate(body, { signal });
      return parseJson(await (await sent.asResponse()).text(), MOST_PICTURES);
    } catch (error) {
      const { kind, parameter = '' } = failureOf(error);
      const mayPass = kind === 'request' && OPTIONAL.has(parameter) && parameter in optional;
      if (!mayPass || request === MOST_REQUESTS) throw error;
      delete optional[parameter];
    }
  }
}

const filesOf = (images: Image[]) =>
  Promise.all(
    images.map(({ type, base64 }, at) =>
      toFile(Buffer.from(base64, 'base64'), `picture${at + 1}.${type.slice('image/'.length)}`, { type }),
    ),
  );

/** The picture of an answer. One with status 200 may still come from something that is no images API. */
function pictureIn({ data }: Record<string, unknown>): string {
  if (!Array.isArray(data)) throw new ModelError({ kind: 'not-an-api' });
  const { b64_json: base64 } = fieldsOf(data[0]);
  if (typeof base64 !== 'string' || base64 === '') throw new ModelError({ kind: 'empty' });
  return base64;
}
