/** The services that people can sign in at, as the settings say. Each loads its code here. */
import type { SignInProvider } from './provider.ts';
import { hasOidc, isSignInSetUp, type SignInSettings } from './settings.ts';

export async function signInProviders(config: SignInSettings): Promise<SignInProvider[]> {
  if (!isSignInSetUp(config)) return [];
  const providers: SignInProvider[] = [];
  if (hasOidc(config)) providers.push((await import('./oidc/oidc.ts')).createOidc(config));
  return providers;
}
