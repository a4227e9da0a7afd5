/** The way in: an issuer of OpenID Connect at which everybody can sign in as anybody, one after another. */
import {
  type CertifiedIssuer,
  startCertifiedIssuer,
} from '../../../../tests/harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../../tests/harness/sign-in/signing-in.ts';
import type { WindowOptions } from './window.ts';

export interface Door extends AsyncDisposable {
  issuer: CertifiedIssuer;
  /** Signs a browser in. False: it was refused, or Parley could not be reached. */
  signIn: WindowOptions['signIn'];
}

export async function openDoor(publicUrl: string, people: readonly string[]): Promise<Door> {
  const issuer = await startCertifiedIssuer({
    publicUrl,
    people: Object.fromEntries(
      people.map((name) => [name, { name, email: `${name}@example.com`, email_verified: true }]),
    ),
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    issuer,
    signIn(browser, person) {
      // The issuer has one person at its browser at a time.
      const mine = last.then(async () => {
        issuer.person = person;
        const { response } = await signIn(browser);
        await response.text();
        return response.status === 303;
      });
      last = mine.catch(() => {});
      return mine;
    },
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  };
}
