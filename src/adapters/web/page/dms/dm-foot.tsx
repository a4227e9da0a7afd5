/** The place of the message box. A conversation in a platform's direct messages goes on there. */
import { onPage } from '../../sentences/en.ts';
import { Composer } from '../composer/composer.tsx';
import { usePlatform } from './platform.ts';

export function Foot() {
  const platform = usePlatform();
  if (platform === undefined) return <Composer />;
  return (
    <p class="dm-foot" id="message" tabIndex={-1}>
      {onPage.dms.foot(platform)}
    </p>
  );
}
