/** The contract of the turn queue, over any store and any number of processes. */
import { describe } from 'vitest';
import { testAccepting } from './queue/accepting.ts';
import { testAsking } from './queue/asking.ts';
import { testCharging } from './queue/charging.ts';
import { testDrafts } from './queue/drafts.ts';
import { testDying } from './queue/dying.ts';
import { testEditing } from './queue/editing.ts';
import { testFailingStore } from './queue/failing-store.ts';
import { testForgetting } from './queue/forgetting.ts';
import { testHeldUp } from './queue/held-up.ts';
import { testJoining } from './queue/joining.ts';
import { testHeldJournal, testJournalling } from './queue/journalling.ts';
import { testSeveral } from './queue/several.ts';
import { createStage, type Ground } from './queue/stage.ts';
import { testStopping } from './queue/stopping.ts';
import { testThrowing } from './queue/throwing.ts';

/** @param isShared whether several processes may work on it at the same time */
export function testQueue(
  name: string,
  { open, isShared }: { open(): Promise<Ground>; isShared: boolean },
): void {
  describe.concurrent(`turn queue contract: ${name}`, () => {
    const stage = createStage(open, isShared);
    testAccepting(stage);
    testCharging(stage);
    testDying(stage);
    testThrowing(stage);
    testAsking(stage);
    testEditing(stage);
    testForgetting(stage);
    testJoining(stage);
    testStopping(stage);
    testFailingStore(stage);
    testDrafts(stage);
    testJournalling(stage);
    if (!isShared) return;
    testSeveral(stage);
    testHeldUp(stage);
    testHeldJournal(stage);
  });
}
