/** English sentences about where Parley can answer on Slack, and where it cannot. */

export const answeredPrivately = 'I answer you in our direct messages.';
export const notAMember = 'I cannot write in this channel. Invite me to it first, then ask again.';
export const directMessages = 'our direct messages';

/** Why an answer cannot be posted. @param place as Slack mentions it */
export const notIn = (place: string) =>
  `I can't answer in ${place}, because I'm not in it any more. Invite me there, then ask again.`;
export const archived = (place: string, { directMessages }: { directMessages: boolean }) =>
  `I can't answer in ${place}: it is archived. Ask again in another channel${directMessages ? ', or in a direct message to me' : ''}.`;
export const lockedThread = (place: string) =>
  `I can't answer in that thread of ${place}: it is locked. Ask again outside of it.`;
export const missingScopes = (place: string) =>
  `I'm not allowed to write in ${place}. An admin has to install Parley again, with all the scopes it asks for.`;
export const missingWriteScope = (place: string) =>
  `I'm not allowed to write in ${place}. An admin has to install Parley again with the scope \`chat:write\`.`;
export const notAllowed = (place: string, { directMessages }: { directMessages: boolean }) =>
  `I'm not allowed to answer in ${place}. An admin can let me post there${directMessages ? '; or ask me in a direct message' : ''}.`;
