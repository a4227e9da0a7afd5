import { onPage } from '../../sentences/en.ts';

/** Stands in the message box of a conversation that also goes on in a platform's direct messages. */
export function Elsewhere({ platform }: { platform: string }) {
  return <p class="dm-foot">{onPage.dms.foot(platform)}</p>;
}
