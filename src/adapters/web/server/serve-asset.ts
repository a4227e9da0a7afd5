import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Asset } from './bundle.ts';

const ENCODERS = {
  br: (body: Uint8Array) =>
    promisify(brotliCompress)(body, {
      // From 0 to 11. The page takes 0.2 s at 9; at 11 it takes 0.6 s, and 8 % fewer bytes.
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Uint8Array) => promisify(gzip)(body, { level: 9 }),
};
type Encoding = keyof typeof ENCODERS;

/** Compressed when it is first asked for, then kept: an asset never changes. */
const encoded = new WeakMap<Asset, Map<Encoding, Promise<Buffer<ArrayBuffer>>>>();

/** Answers with an asset, in the best encoding that the browser takes. */
export async function serveAsset(c: Context, asset: Asset): Promise<Response> {
  const encoding = encodingOf(c.req.header('accept-encoding') ?? '');
  const body = encoding ? await encode(asset, encoding) : Buffer.from(asset.body);
  return c.body(body, 200, {
    ...(encoding && { 'content-encoding': encoding }),
    ...(asset.policy && { 'content-security-policy': asset.policy }),
    'content-type': asset.type,
    vary: 'accept-encoding',
  });
}

function encode(asset: Asset, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  const made = encoded.get(asset) ?? new Map<Encoding, Promise<Buffer<ArrayBuffer>>>();
  encoded.set(asset, made);
  const body = made.get(encoding) ?? ENCODERS[encoding](asset.body);
  made.set(encoding, body);
  return body;
}

/** RFC 9110, 12.5.3: a weight of 0 refuses an encoding. */
function encodingOf(accepted: string): Encoding | undefined {
  const names = accepted
    .slice(0, 1_000)
    .toLowerCase()
    .split(',')
    .map((each) => each.split(';').map((part) => part.trim()))
    .filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? ''))
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((name) => names.includes(name));
}
