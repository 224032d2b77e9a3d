/** Answers to questions that values nobody knows may leave open. */
export type Answer = 'yes' | 'no' | 'maybe'

/** One that says yes is enough. */
export function bestOf(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') ? 'maybe' : 'no'
}
