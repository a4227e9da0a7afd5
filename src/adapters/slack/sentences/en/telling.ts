/** English sentences about where Parley can answer on Slack, and where it cannot. */

export const answeredPrivately = 'I answer you in our direct messages.';
export const notAMember = 'I cannot write in this channel. Invite me to it first, then ask again.';
