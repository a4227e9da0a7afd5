/** Permissions of the person who uses an interaction, as Discord sends them with it. */
import { type APIInteraction, PermissionFlagsBits } from 'discord.js';

const MODERATOR = PermissionFlagsBits.ManageMessages | PermissionFlagsBits.Administrator;

/** Whether the person may delete other people's messages there anyway. */
export function isModerator({ member }: APIInteraction): boolean {
  return (BigInt(member?.permissions ?? 0) & MODERATOR) !== 0n;
}
