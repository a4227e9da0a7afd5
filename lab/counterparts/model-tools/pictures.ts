/** Replies of an images API, and pictures to reply with. */
import { deflateSync } from 'node:zlib';
import type { Behaviour } from '../model-script.ts';
import { fails, repliesJson } from '../model-server.ts';

/** Makes this picture of everything. */
export function makes(picture: Uint8Array): Behaviour {
  const b64_json = Buffer.from(picture).toString('base64');
  return repliesJson(200, {
    created: 1,
    data: [{ b64_json }],
    usage: {
      total_tokens: 1_100,
      input_tokens: 44,
      output_tokens: 1_056,
      input_tokens_details: { text_tokens: 44, image_tokens: 0 },
    },
  });
}

/** Refuses as OpenAI does what is against its rules (guides/image-generation, "Content moderation"). */
export const refusesPicture: Behaviour = fails(400, {
  type: 'image_generation_user_error',
  code: 'moderation_blocked',
  param: null,
  message: 'Your request was rejected by the safety system.',
});

/** A PNG of one colour. @param grey 0 to 255 */
export function pngOf(grey: number, side = 64): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const row = Buffer.concat([Buffer.alloc(1), Buffer.alloc(side, grey)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
