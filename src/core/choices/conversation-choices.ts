/** The choices of one conversation. An absent one is the setting of the person, or else the operator's. */
export interface ConversationChoices {
  model?: string;
  temperature?: number;
  /** The id of one of its person's personas. One that is not there any more counts as none. */
  persona?: string;
  effort?: 'minimal' | 'low' | 'medium' | 'high';
}
