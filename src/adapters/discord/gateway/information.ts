/** Discord's information on its gateway: the address, the recommended number of shards, the identifies left today. */
import { type APIGatewayBotInfo, type REST, Routes } from 'discord.js';

export interface GatewayInformation {
  /** @param oldestMs asks Discord if the information is older */
  read(oldestMs?: number): Promise<APIGatewayBotInfo>;
  /** The information that was read last, however old it is. */
  known(): APIGatewayBotInfo | undefined;
}

/** Time for which the information is good, ms. */
const INFORMATION_MS = 60_000;

export function createGatewayInformation(rest: REST, stopping: AbortSignal): GatewayInformation {
  let last: { at: number; information: APIGatewayBotInfo } | undefined;
  return {
    async read(oldestMs = INFORMATION_MS) {
      if (!last || Date.now() - last.at > oldestMs) {
        const information = await rest.get(Routes.gatewayBot(), { signal: stopping });
        last = { at: Date.now(), information: information as APIGatewayBotInfo };
      }
      return last.information;
    },
    known: () => last?.information,
  };
}
