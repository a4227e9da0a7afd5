import { onPage } from '../../sentences/en.ts';
import { useStore } from '../state/state.ts';

const words = onPage.account.signIn;

/** Ways to sign in for somebody who came in with the access token. */
export function SignInLinks() {
  const services = useStore((state) => state.services);
  if (services.length === 0) return null;
  return (
    <div class="setting">
      {services.map(({ id, name }) => (
        <a key={id} href={`/sign-in/${id}`}>
          {words.link(name)}
        </a>
      ))}
      <p class="hint">{words.hint}</p>
    </div>
  );
}
