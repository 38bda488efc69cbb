import type { Holdfast } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import type { World } from '../world.testing.ts'

/** Lets time pass until a run is over, or stands in a status. */
export async function standsAt(world: World, hf: Holdfast, id: string, status: string): Promise<void> {
  await until(`the run to be ${status}`, async () => {
    await world.clock.turn(20)
    return (await hf.run(id).inspect()).status === status
  })
}
