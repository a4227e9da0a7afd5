/** The page's access token: the operator's, else one made when it is first needed and kept beside the store, mode 600. */
import { randomBytes } from 'node:crypto';
import { ConfigError, SHORTEST_TOKEN } from '../../../config-fields.ts';
import type { SecretFile } from '../../platform.ts';
import { fromServer } from '../sentences/en.ts';
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
  const { tokenIs } = fromServer.operator;
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
    throw new ConfigError([fromServer.operator.values.tokenFileWrong(path)]);
  }

  return {
    read() {
      kept ??= given ?? (file && read(file));
      return kept;
    },
    where: given !== undefined ? tokenIs.given : file ? tokenIs.inFile(file.path) : tokenIs.missing,
    justMade: () => (isNew ? kept : undefined),
  };
}
