/** The contract of every adapter, tried through its front door: a real Parley between people and a model. */
import { describe } from 'vitest';
import { testAdversity } from './adapter/adversity.ts';
import { testAnswering } from './adapter/answering.ts';
import { testButtons } from './adapter/buttons.ts';
import { testChanging } from './adapter/changing.ts';
import { testCrash } from './adapter/crash.ts';
import { testDocuments } from './adapter/documents.ts';
import { testOrder } from './adapter/order.ts';
import type { PlatformUnderTest } from './adapter/platform.ts';
import { testStoreAway } from './adapter/store-away.ts';

export function testAdapter(platform: PlatformUnderTest): void {
  describe(`adapter contract: ${platform.name}`, () => {
    describe('answering', () => testAnswering(platform));
    describe('documents', () => testDocuments(platform));
    describe('adversity', () => testAdversity(platform));
    describe('changing', () => testChanging(platform));
    describe('order', () => testOrder(platform));
    describe('buttons', () => testButtons(platform));
  });
}

/** Cases in which Parley dies. They start it as a program. */
export function testAdapterOutages(platform: PlatformUnderTest): void {
  describe(`adapter contract: ${platform.name}`, () => {
    describe('killed in the middle of answers', () => testCrash(platform));
    describe('with its store away', () => testStoreAway(platform));
  });
}
