/** The headers with which files of people and models are served. */
import { TEXT_TYPE } from '../../../core/turn/attachment-kind.ts';
import { isPicture } from '../../../core/turn/tools/made-files.ts';

export function fileHeaders(type: string): Record<string, string> {
  return {
    // A browser would run some text files, so all are served as plain text.
    'content-type': typeServed(type),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    ...(!isShown(type) && { 'content-disposition': 'attachment' }),
  };
}

const isShown = (type: string) => isPicture({ type }) || type === TEXT_TYPE;

/** Pictures as they are, any text as plain text, and everything else as bytes to save. */
function typeServed(type: string): string {
  if (isPicture({ type })) return type;
  return type === TEXT_TYPE ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
