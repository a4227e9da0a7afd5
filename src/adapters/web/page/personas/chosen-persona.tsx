import { onPage } from '../../sentences/en.ts';
import { focusMessageBox } from '../composer/message-box.ts';
import { CloseIcon } from '../icons.tsx';
import { useStore } from '../state/state.ts';
import { chosenPersona, leavePersona } from './choose-persona.ts';

const words = onPage.personas;

/** The persona of the conversation, with a button that takes it away. */
export function ChosenPersona() {
  const persona = useStore(chosenPersona);
  if (!persona) return null;
  const leave = () => {
    leavePersona(persona);
    focusMessageBox();
  };
  return (
    <p class="chosen-persona">
      <span class="visually-hidden">{words.OF_CONVERSATION}</span>
      <bdi class="one-line">/{persona.name}</bdi>
      <button
        type="button"
        class="quiet"
        aria-label={words.leave(persona.name)}
        title={words.leave(persona.name)}
        onClick={leave}
      >
        <CloseIcon />
      </button>
    </p>
  );
}
