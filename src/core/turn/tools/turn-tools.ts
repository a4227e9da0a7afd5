/** The tools of a turn: those that are set up, and that the operator, the tenant and the person's roles allow. */
import type { Choice } from '../../models/catalog/choose.ts';
import type { HostedTool } from '../../models/tool.ts';
import type { Choices, TenantSettings } from '../../settings.ts';
import type { Message } from '../../types.ts';
import { TOOL_CHOICES, TOOL_FAMILIES, type ToolFamily } from './families.ts';
import type { Tool, TurnTools } from './tool.ts';

/** All tools that are set up on this Parley. */
export interface Toolbox {
  tools: Tool[];
  /** The tools that a provider runs itself. Each stands in place of Parley's own tools of its family. */
  hostedAt(choice: Choice): HostedTool[];
}

const FAMILY_OF: Record<HostedTool, ToolFamily> = {
  web_search: 'web',
  image_generation: 'pictures',
  code_interpreter: 'code',
};

/** The families of which there is a tool, whoever may use it. */
export function familiesAt({ tools, hostedAt }: Toolbox, choice: Choice): ToolFamily[] {
  const there = new Set([
    ...tools.filter(isFor(choice)).map(({ family }) => family),
    ...hostedAt(choice).map((tool) => FAMILY_OF[tool]),
  ]);
  return TOOL_FAMILIES.filter((family) => there.has(family));
}

const isFor = (choice: Choice) => (tool: Tool) => tool.isFor?.(choice) ?? true;

/** Who may use a family: everybody, nobody, or people with one of these roles. */
export const ruleOf = (settings: Choices, family: ToolFamily) => settings[TOOL_CHOICES[family]] ?? 'all';

/** @param message its author's roles count */
export function turnTools(
  { tools, hostedAt }: Toolbox,
  {
    choice,
    settings,
    message,
  }: { choice: Choice; settings: TenantSettings; message: Pick<Message, 'namedRoles'> },
): TurnTools {
  if (!choice.provider) return { tools: [], hosted: [] };
  const { namedRoles = [] } = message;
  const isAllowed = (family: ToolFamily): boolean => {
    if (choice.offer && !choice.offer.tools.includes(family)) return false;
    const rule = ruleOf(settings, family);
    return rule === 'all' || (rule !== 'off' && rule.some((role) => namedRoles.includes(role)));
  };
  const hosted = hostedAt(choice).filter((tool) => isAllowed(FAMILY_OF[tool]));
  const isHosted = (family: ToolFamily) => hosted.some((tool) => FAMILY_OF[tool] === family);
  const own = tools.filter(isFor(choice));
  return { tools: own.filter(({ family }) => isAllowed(family) && !isHosted(family)), hosted };
}
