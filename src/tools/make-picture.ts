/** The tool `make_picture`: makes a picture by the images API, where the provider has no such tool of its own. */
import { z } from 'zod';
import { isOpenAI } from '../core/models/base-url.ts';
import { failureOf } from '../core/models/failures/failures.ts';
import { type Image, ModelError } from '../core/models/model.ts';
import { MAKING_MS, makePicture } from '../core/models/pictures/make.ts';
import { en } from '../core/sentences/en.ts';
import { PICTURE_PROMPT, pictureFailure } from '../core/sentences/prompts/pictures.ts';
import type { Attachments } from '../core/storage.ts';
import { readKind } from '../core/turn/attachment-kind.ts';
import { bytesOfBase64, isPicture } from '../core/turn/tools/made-files.ts';
import { type MadeContent, type Tool, type ToolContext, ToolError } from '../core/turn/tools/tool.ts';
import { type PictureServer, pictureToolAt } from './pictures/where.ts';

const input = z.object({
  prompt: z.string().trim().min(1).max(4_000).describe(PICTURE_PROMPT.words),
  alt: z.string().nullish().describe(PICTURE_PROMPT.alt),
  shape: z.enum(['square', 'wide', 'tall']).nullish().describe(PICTURE_PROMPT.shape),
  pictures: z.array(z.number()).nullish().describe(PICTURE_PROMPT.from),
});
type Input = z.infer<typeof input>;

/** Most pictures that go into one (OpenAI takes 16 for an edit), and their bytes together. */
const MOST_PICTURES = 8;
const MOST_BYTES = 20 * 2 ** 20;
/** Kinds that can be changed (OpenAI API reference: images/edits). */
const EDITABLE = ['image/png', 'image/jpeg', 'image/webp'];
/** Words of a picture's name. */
const NAME_WORDS = 6;

export interface MakePictureOptions extends PictureServer {
  attachments: Pick<Attachments, 'get'>;
}

export function createMakePicture(options: MakePictureOptions): Tool<Input> {
  return {
    name: 'make_picture',
    family: 'pictures',
    description: PICTURE_PROMPT.purpose,
    input,
    effect: 'make',
    mostMs: MAKING_MS,
    isFor: (choice) => pictureToolAt(choice, options) === 'function',
    says: ({ prompt, pictures }) =>
      pictures?.length ? en.tools.pictures.changing(prompt) : en.tools.pictures.making(prompt),

    async run(wanted, context, signal) {
      const { choice } = context;
      const { provider } = choice;
      const model = options.imageModel;
      if (!provider || model === undefined) throw new ToolError(PICTURE_PROMPT.noPicturesThere);
      const from = await picturesOf(wanted.pictures ?? [], context, options.attachments);
      const at = { provider, model, isOpenAI: isOpenAI(provider.baseUrl) };
      const asked = { prompt: wanted.prompt, shape: wanted.shape ?? undefined, from };
      const base64 = await context
        .spend('picture', { ...choice, model }, (meter) => makePicture(at, asked, meter, signal))
        .catch(toldToModel);
      return { text: PICTURE_PROMPT.made, files: [contentOf(base64, wanted)] };
    },
  };
}

/** The failure as a sentence for the model. Limits of spending have a sentence of the tool loop's. */
function toldToModel(error: unknown): never {
  if (!(error instanceof ModelError)) throw error;
  const { kind } = failureOf(error);
  if (kind === 'limit' || kind === 'unpriced') throw error;
  throw new ToolError(pictureFailure(kind));
}

/** @throws ToolError where the server sent no picture */
function contentOf(base64: string, { prompt, alt }: Input): MadeContent {
  const bytes = bytesOfBase64(base64.replace(/^data:image\/[a-z]+;base64,/, ''));
  const type = bytes && readKind(bytes);
  if (!bytes || type === undefined || !isPicture({ type })) throw new ToolError(pictureFailure('not-an-api'));
  const words = prompt.match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = words.slice(0, NAME_WORDS).join('-').toLowerCase() || 'picture';
  return { name: `${name}.${type.slice('image/'.length)}`, type, bytes, alt: alt?.trim() || prompt };
}

/** @throws ToolError where a number names no picture that can be changed */
async function picturesOf(
  numbers: number[],
  { files, message }: ToolContext,
  attachments: Pick<Attachments, 'get'>,
): Promise<Image[]> {
  if (numbers.length > MOST_PICTURES) throw new ToolError(PICTURE_PROMPT.tooMany(MOST_PICTURES));
  const images: Image[] = [];
  let bytes = 0;
  for (const number of new Set(numbers)) {
    const known = files.find((file) => file.number === number)?.attachment;
    if (!known) {
      const there = files.flatMap((file) => file.number ?? []);
      throw new ToolError(PICTURE_PROMPT.noPicture(number, there));
    }
    if (!EDITABLE.includes(known.type)) throw new ToolError(PICTURE_PROMPT.wrongKind(number));
    bytes += known.size;
    if (bytes > MOST_BYTES) throw new ToolError(PICTURE_PROMPT.tooLarge);
    const file = await attachments.get(message.conversation, known.id);
    if (!file) throw new ToolError(PICTURE_PROMPT.gone(number));
    images.push({ name: known.name, type: known.type, base64: file.bytes.toString('base64') });
  }
  return images;
}
