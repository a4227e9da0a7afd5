/** Hides Parley's settings from libraries and from programs that Parley starts. */
import { PLATFORMS } from './adapters/all.ts';
import { settingNames } from './config.ts';

/** Prefixes of variables that the SDKs of models and platforms may read. */
const OF_LIBRARIES = ['OPENAI_', ...PLATFORMS.map(({ name }) => `${name.toUpperCase()}_`)];

/**
 * Removes Parley's settings and those of libraries from the environment. Programs that Parley starts do not inherit
 * them. No library uses an operator's setting for a tenant's request (openai reads OPENAI_CUSTOM_HEADERS and others).
 */
export function hideFromLibraries(env: NodeJS.ProcessEnv): void {
  const settings = new Set(settingNames());
  for (const name of Object.keys(env)) {
    if (settings.has(name) || OF_LIBRARIES.some((prefix) => name.startsWith(prefix))) delete env[name];
  }
}
