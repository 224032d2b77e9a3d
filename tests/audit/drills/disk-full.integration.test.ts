import { fillDisks } from './disk-full-drill.ts'

describe('a machine whose disks are full', function () {
  this.timeout(600_000)

  it('says so and signs nothing, loses nothing it acknowledged, and goes on when there is room', async () => {
    await fillDisks(1)
  })
})
