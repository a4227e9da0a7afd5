/** Forms and panels as Slack's modals. */
import type { types } from '@slack/bolt';
import type { Form } from '../../../../core/commands/command.ts';
import { plain, sectionsOf } from '../../markdown/mrkdwn.ts';
import type { UserGroup } from '../../reading/user-groups.ts';
import { en } from '../../sentences/en.ts';
import { BLOCK_LIMITS } from './block-limits.ts';
import { type Panel, panelBlocks } from './choices.ts';
import { inputOf } from './fields.ts';
import { type CommandOrigin, metadataOf } from './origin.ts';

export interface ModalOptions {
  /** The workspace's user groups, for a field of roles. Without any, a person types their ids. */
  groups?: UserGroup[];
  /** A sentence above the fields. */
  note?: string;
}

export const FORM = 'parley_form';

export function modalOf(form: Form, origin: CommandOrigin, options: ModalOptions = {}): types.ModalView {
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: metadataOf({ ...origin, id: form.id }),
    ...titleOf(form.title),
    submit: plain(en.modals.submit, BLOCK_LIMITS.title),
    close: plain(en.modals.cancel, BLOCK_LIMITS.title),
    blocks: [
      ...headerOf(form.title),
      ...sectionsOf(options.note ?? ''),
      ...form.fields.map((field) => inputOf(field, options.groups ?? [])),
    ],
  };
}

export function panelOf(panel: Panel, origin: CommandOrigin): types.ModalView {
  return {
    type: 'modal',
    private_metadata: metadataOf({ ...origin, id: panel.id }),
    ...titleOf(panel.id.charAt(0).toUpperCase() + panel.id.slice(1)),
    close: plain(en.modals.close, BLOCK_LIMITS.title),
    blocks: panelBlocks(panel),
  };
}

/** The form with empty text fields. */
export function withoutTexts(form: Form): Form {
  return {
    ...form,
    fields: form.fields.map((field) => (field.type === 'text' ? { ...field, value: '' } : field)),
  };
}

/** A modal that says a sentence, in place of the one that was used. */
export function sentenceOf(title: string, text: string, origin: CommandOrigin): types.ModalView {
  return {
    type: 'modal',
    private_metadata: metadataOf({ ...origin, id: '' }),
    ...titleOf(title),
    close: plain(en.modals.close, BLOCK_LIMITS.title),
    blocks: sectionsOf(text),
  };
}

/** The title. A title that is too long gives way to Parley's name, and stands above the fields in full. */
function titleOf(title: string): Pick<types.ModalView, 'title'> {
  return { title: plain(isLong(title) ? en.modals.title : title, BLOCK_LIMITS.title) };
}

function headerOf(title: string): types.KnownBlock[] {
  return isLong(title) ? [{ type: 'header', text: plain(title, BLOCK_LIMITS.header) }] : [];
}

const isLong = (title: string) => plain(title, Number.POSITIVE_INFINITY).text.length > BLOCK_LIMITS.title;
