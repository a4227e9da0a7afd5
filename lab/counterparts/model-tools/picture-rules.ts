/** Requests for pictures, as strict as OpenAI's images API (openai-openapi: CreateImageRequest, CreateImageEditRequest). */
import type { IncomingHttpHeaders } from 'node:http';

/** The fields of `images/generations` that models of the GPT Image family take. `response_format` is for older ones. */
const FIELDS = new Set([
  ...['model', 'prompt', 'n', 'size', 'quality', 'background', 'moderation'],
  ...['output_format', 'output_compression', 'user', 'stream', 'partial_images'],
]);
const OF_EDITS = new Set([...FIELDS, 'image', 'image[]', 'mask', 'input_fidelity']);
const SIZES = ['auto', '1024x1024', '1536x1024', '1024x1536'];
const MOST_PROMPT = 32_000;
const MOST_IMAGES = 16;
const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

interface Sent {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  sent: string;
}

export interface PictureRequest {
  isEdit: boolean;
  fields: Record<string, string>;
  /** The files of an edit, without their bytes. */
  files: { field: string; name: string; type: string }[];
}

export function pictureRequestOf({ path, body, sent, headers }: Sent): PictureRequest {
  if (!path.endsWith('/edits')) {
    const fields = Object.entries(body).map(([name, value]) => [name, String(value)]);
    return { isEdit: false, fields: Object.fromEntries(fields), files: [] };
  }
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1]?.replaceAll('"', '') ?? '\n';
  const request: PictureRequest = { isEdit: true, fields: {}, files: [] };
  for (const part of sent.split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const field = / name="([^"]*)"/.exec(head)?.[1] ?? '';
    const name = / filename="([^"]*)"/.exec(head)?.[1];
    const type = /content-type: *(\S+)/i.exec(head)?.[1] ?? '';
    if (name === undefined) request.fields[field] = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    else request.files.push({ field, name, type });
  }
  return request;
}

/** A refusal of a request that OpenAI would refuse. */
export function pictureProblem(request: Sent): Record<string, unknown> | undefined {
  const { isEdit, fields, files } = pictureRequestOf(request);
  const wrong = (param: string, message: string) => ({
    type: 'invalid_request_error',
    code: null,
    param,
    message,
  });
  if (isEdit !== (request.headers['content-type'] ?? '').startsWith('multipart/form-data'))
    return wrong('image', 'Invalid content type: edits are forms, generations are JSON');
  const names = [...Object.keys(fields), ...files.map(({ field }) => field)];
  const unknown = names.find((name) => !(isEdit ? OF_EDITS : FIELDS).has(name));
  if (unknown !== undefined)
    return { ...wrong(unknown, `Unknown parameter: '${unknown}'.`), code: 'unknown_parameter' };
  const { prompt = '', size = 'auto', n = '1' } = fields;
  if (prompt === '' || prompt.length > MOST_PROMPT) return wrong('prompt', 'Invalid prompt');
  if (!SIZES.includes(size)) return wrong('size', `Invalid value: '${size}'.`);
  if (Number(n) !== 1) return wrong('n', 'This server makes one');
  if (!isEdit) return undefined;
  if (files.length === 0 || files.length > MOST_IMAGES) return wrong('image', 'Invalid number of images');
  // Several images are a list, whose field has brackets (API reference: Create image edit).
  const field = files.length > 1 ? 'image[]' : undefined;
  if (field && files.some((file) => file.field !== field)) return wrong('image', 'Duplicate parameter');
  const unsupported = files.find(({ type }) => !TYPES.includes(type));
  return unsupported && wrong('image', `Unsupported mimetype ('${unsupported.type}').`);
}
