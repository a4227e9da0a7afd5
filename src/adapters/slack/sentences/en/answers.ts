/** English words around an answer on Slack. */

/** Buttons for rating an answer, and what screen readers say of them. */
export const feedback = {
  good: { label: 'Good answer', accessible: 'This answer is good' },
  bad: { label: 'Bad answer', accessible: 'This answer is bad' },
};

/** Status under a thread's last message. Slack puts the app's name before it. */
export const thinking = 'is thinking …';
export const stillThinking = 'is still thinking …';
/** Lines that Slack shows in turn beside the status, each of 50 characters at most. */
export const loading = ['Thinking …', 'Reading what was said …', 'Writing …'];
export const stillLoading = ['Still thinking …'];

/** Status while Parley does something. The line beside it says what. */
export const working = 'is working …';

/** The modal with a model's reasoning. */
export const thoughts = {
  title: 'Thinking',
  cut: '… This is the beginning: there is more of it than fits here.',
};

/** Text of a notification of an answer without words, such as a picture alone. */
export const withoutWords = 'An answer';
