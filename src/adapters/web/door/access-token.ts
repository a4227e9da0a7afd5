/** The page's access token: the operator's, else one made when it is first needed and kept beside the store, mode 600. */
import { randomBytes } from 'node:crypto';
import { ConfigError, SHORTEST_TOKEN } from '../../../config-fields.ts';
import type { SecretFile } from '../../platform.ts';
import type { AccessToken } from './entrance.ts';

/**
 * `justMade` is the token where this process made it: shown once.
 * @param given by the operator
 * @param file undefined where no file lies beside the store: then only the operator can set one
 */
export function createAccessToken(
  given: string | undefined,
  file: SecretFile | undefined,
): AccessToken & { justMade(): string | undefined } {
  let kept: string | undefined;
  let isNew = false;

  function read({ path, read, write }: SecretFile): string {
    const token = read()?.trim();
    if (token === undefined) {
      const made = randomBytes(32).toString('base64url');
      write(`${made}\n`);
      isNew = true;
      return made;
    }
    if (token.length >= SHORTEST_TOKEN) return token;
    throw new ConfigError([
      `WEB_TOKEN is not set, and ${path} holds no access token. Delete that file, and one is made.`,
    ]);
  }

  return {
    read() {
      kept ??= given ?? (file && read(file));
      return kept;
    },
    where: given !== undefined ? 'in WEB_TOKEN' : file ? `in ${file.path}` : 'not set yet: set WEB_TOKEN',
    justMade: () => (isNew ? kept : undefined),
  };
}
