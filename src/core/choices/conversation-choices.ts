/** The choices of one conversation. An absent one is the setting of the person, or else the operator's. */
export interface ConversationChoices {
  model?: string;
  temperature?: number;
  effort?: 'minimal' | 'low' | 'medium' | 'high';
}
