/** The platforms of a start, on and off. */
import Keyv from 'keyv';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { preparePlatforms } from '../../src/start/platforms.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createLocalLeases } from '../../src/store/leases/leases.ts';

function platformsOf(env: Record<string, string>) {
  const config = readConfig(env);
  return preparePlatforms(
    config,
    createKeyvStore(new Keyv()),
    createLocalLeases(),
    pino({ level: 'silent' }),
  );
}

it('turns of a platform that is off are left to the processes where it is on', () => {
  const discord = 'discord:1:2';
  const slack = 'slack:T1:C1:1700000000.000100';
  const page = 'web:1:2';
  const withPage = platformsOf({});
  expect([discord, slack, page].map(withPage.partitionOf)).toEqual([undefined, undefined, page]);
  const withDiscord = platformsOf({ DISCORD_TOKEN: 'token', WEB: 'off' });
  expect([discord, slack, page].map(withDiscord.partitionOf)).toEqual([discord, undefined, undefined]);
});

it('a tenant of no platform is nobody’s guest', () => {
  const { isGuest } = platformsOf({});
  expect(['web:1', 'discord:1', 'matrix:1'].map(isGuest)).toEqual([true, false, false]);
});
