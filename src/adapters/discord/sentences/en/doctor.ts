/** English findings of `doctor` about Discord. They end without a full stop. */
export const off = 'off; set DISCORD_TOKEN for it';
export const botKnown = (bot: string) => `the token is that of ${bot}`;
export const contentWithheld =
  'the Message Content Intent is off, so Parley reads only messages that mention it or are direct. Turn it on in the developer portal (Bot) if Parley should follow threads';
export const openToServers =
  'anybody can invite the bot into a Discord server of theirs and is answered at your expense. Set ALLOWED_SERVERS to the ids of yours, or turn off Public Bot in the developer portal';
export const openDirectly =
  'anybody who adds the bot somewhere on Discord can write to it directly and is answered at your expense, whichever servers are allowed. Set DIRECT_MESSAGES=off, or ALLOWED_PEOPLE';

export const tokenRefused = (host: string) =>
  `${host} does not accept DISCORD_TOKEN. Copy the bot's token again from the developer portal`;
export const failing = (host: string, status: number) =>
  `${host} answers with ${status}. Try again in a while`;
export const notDiscord = (host: string) => `${host} answers, but not as Discord does. Check DISCORD_API_URL`;
export const unreachable = (host: string) =>
  `${host} cannot be reached. Check the network, or DISCORD_API_URL`;
