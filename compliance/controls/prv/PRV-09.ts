/** What is sent to the makers of models names nobody. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-09',
  statement:
    'samples of what goes to vendors of models were searched for names, numbers and addresses of people, and none was found',
  page: {
    why: 'A prompt is a disclosure to whoever runs the model. A name in it leaves the school, and nobody can call it back.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
