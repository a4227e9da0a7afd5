/** Texts about pictures that a model reads: its tool, the tool's outputs, and their failures. */
import type { FailureKind } from '../../models/model.ts';

export const PICTURE_PROMPT = {
  purpose:
    'Makes a picture from words, or changes pictures of the conversation, which you name by their numbers. The person sees the picture below your answer. Use it when somebody asks for a picture, and not for diagrams that text or code shows better. Each picture costs money: make one, unless more are asked for.',
  words:
    'The picture in words: its content, style, light and colours, and any text in it, in quotation marks. For a change: what changes, and what stays',
  alt: 'What the picture shows, in one short sentence in the language of the person, for people who cannot see it',
  shape: 'Leave it out unless the person wants one',
  from: 'Numbers of pictures of the conversation to change or to combine. Leave it out to make a new one',
  made: 'The picture is made, and shown below your answer. Neither describe it at length nor write a link to it.',
  /** @param numbers of the pictures that there are */
  noPicture: (number: number, numbers: number[]) =>
    `There is no picture ${number}. ${numbers.length > 0 ? `The pictures are: ${numbers.join(', ')}.` : 'The conversation has no pictures.'}`,
  gone: (number: number) => `Picture ${number} is no longer kept. Ask for it again.`,
  wrongKind: (number: number) => `Picture ${number} is a GIF. Only PNG, JPEG and WebP can be changed.`,
  tooMany: (most: number) => `At most ${most} pictures can go into one.`,
  tooLarge: 'These pictures are too large together. Use fewer or smaller ones.',
  noPicturesThere: 'No server for pictures is set up for this conversation. Say so.',
};

/** Why no picture was made, for the model. */
export function pictureFailure(kind: FailureKind): string {
  return PICTURE_FAILURES_PROMPT[kind] ?? PICTURE_FAILURES_PROMPT.server;
}

const PICTURE_FAILURES_PROMPT: Partial<Record<FailureKind, string>> & { server: string } = {
  server: 'The server for pictures failed. Try again once, or say that it failed.',
  refused:
    'The provider refuses to make this picture, since it is against its rules. Say so, and offer another one.',
  rate: 'The server for pictures gets too many requests just now. Tell the person to ask again in a minute.',
  quota: 'The account for pictures has no credit left. Say so.',
  key: 'The server for pictures does not accept the API key. Say so.',
  forbidden: 'The API key may not make pictures. Say so.',
  'not-found':
    'The model for pictures is not there, or the server makes no pictures. Only whoever runs Parley can change that. Say so.',
  late: 'The picture was not made in time. Try again once with something simpler, or say so.',
  unreachable: 'The server for pictures cannot be reached just now. Say so.',
  'private-address': 'The server for pictures cannot be reached. Say so.',
  'too-large': 'The server sent a picture that is too large. Try again once with something simpler.',
  'not-an-api':
    'The server sent something that is no picture. Only whoever runs Parley can change that. Say so.',
  empty: 'The server sent no picture. Try again once, or say so.',
  request: 'The server did not take this request. Try again once with a shorter and simpler one.',
  context: 'The words for the picture are too long. Try again with fewer.',
};
