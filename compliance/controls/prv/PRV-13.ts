/** The risks of profiling and of models were weighed before anybody was exposed to them. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-13',
  statement:
    'a privacy risk assessment of profiling and of features built on models was made this year, with its measures and who accepted what is left',
  page: {
    why: 'A model that guesses who will fail changes how a student is treated. Whoever switches it on should have written down what happens when it is wrong.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
