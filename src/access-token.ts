/** The page's access token: the operator's, else one made when it is first needed and kept beside the store, mode 600. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AccessToken } from './adapters/web/door/entrance.ts';
import { ConfigError, SHORTEST_TOKEN } from './config.ts';
import { writeSecret } from './store/secrets/write-secret.ts';

/**
 * `justMade` is the token where this process made it: shown once.
 * @param given by the operator
 * @param path undefined where no file lies beside the store: then only the operator can set one
 */
export function createAccessToken(
  given: string | undefined,
  path: string | undefined,
): AccessToken & { justMade(): string | undefined } {
  let kept: string | undefined;
  let isNew = false;

  function read(file: string): string {
    if (existsSync(file)) {
      const token = readFileSync(file, 'utf8').trim();
      if (token.length >= SHORTEST_TOKEN) return token;
      throw new ConfigError([
        `WEB_TOKEN is not set, and ${file} holds no access token. Delete that file, and one is made.`,
      ]);
    }
    const token = randomBytes(32).toString('base64url');
    writeSecret(file, `${token}\n`);
    isNew = true;
    return token;
  }

  return {
    read() {
      kept ??= given ?? (path === undefined ? undefined : read(path));
      return kept;
    },
    where: given !== undefined ? 'in WEB_TOKEN' : path ? `in ${path}` : 'not set yet: set WEB_TOKEN',
    justMade: () => (isNew ? kept : undefined),
  };
}
