/** English sentences for the operator about Discord. */
export const tokenRefused =
  'DISCORD_TOKEN is not accepted by Discord. Copy it again from the Developer Portal (your application, Bot, Reset Token).';
export const contentWithheld =
  'Discord does not give this bot the message-content intent, so that in threads it answers only messages that mention it. To change that, turn on "Message Content Intent" in the Developer Portal (your application, Bot) and start Parley again.';
