/** The most tokens that a provider counts for a picture. */
import { isOpenAI } from '../base-url.ts';
import { type PictureSize, sizeOfPicture } from './size.ts';

/**
 * OpenAI counts squares of 32 pixels, at most 10,000 of them, times a factor of the model: 1.2 of GPT-5.2 and later,
 * up to 2.46 of the smallest ones (developers.openai.com/api/docs/guides/images-vision). Claude, Gemini and others
 * count less for the same picture.
 */
const PATCH = { side: 32, most: 10_000, factor: 2.46 };
/** Older models of OpenAI count at most 8 tiles of 512 pixels: 85 tokens, and 170 for each tile (same source). */
const MOST_TILES = 8;
const TILES = { base: 85, each: 170 };
/** GPT-4o mini multiplies these, so that a picture costs as much as with GPT-4o (same source). */
const MINI = { model: /gpt-4o-mini/i, base: 2_833, each: 5_667 };
/** Llama's vision models count up to 4 tiles of 1,601 tokens even for a picture of 1,120 pixels (docs.together.ai). */
const LEAST_ELSEWHERE = 4 * 1_601;

/** @param base64 the picture's file */
export function mostPictureTokens(
  base64: string,
  { baseUrl, model }: { baseUrl: string; model: string },
): number {
  if (MINI.model.test(model)) return MINI.base + MOST_TILES * MINI.each;
  const least = isOpenAI(baseUrl) ? TILES.base + MOST_TILES * TILES.each : LEAST_ELSEWHERE;
  return Math.max(least, Math.ceil(patchesOf(sizeOfPicture(base64)) * PATCH.factor));
}

function patchesOf(size: PictureSize | undefined): number {
  if (!size) return PATCH.most;
  const [across, down] = [size.width, size.height].map((pixels) => Math.ceil(pixels / PATCH.side));
  return Math.min(PATCH.most, (across ?? 0) * (down ?? 0));
}
