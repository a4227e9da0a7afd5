/** The services that people can sign in at, as the settings say. Each loads its code here. */
import type { SignInProvider } from './provider.ts';
import { isSignInSetUp, type SignInSettings, servicesOf } from './settings.ts';

const LOADERS = {
  oidc: async (config: SignInSettings) => (await import('./oidc/oidc.ts')).createOidc(config),
  slack: async (config: SignInSettings) => (await import('./slack/slack.ts')).createSlackSignIn(config),
  discord: async (config: SignInSettings) =>
    (await import('./discord/discord.ts')).createDiscordSignIn(config),
};

export async function signInProviders(config: SignInSettings): Promise<SignInProvider[]> {
  if (!isSignInSetUp(config)) return [];
  return Promise.all(servicesOf(config).map(({ id }) => LOADERS[id](config)));
}
