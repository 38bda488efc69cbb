import { HoldfastSaver } from '../../../src/adapters/langgraph/index.ts'
import { open as openHoldfast } from '../../../src/index.ts'

interface Initializer {
  readonly checkpointerName: string
  createCheckpointer(): Promise<HoldfastSaver>
  destroyCheckpointer(saver: HoldfastSaver): Promise<void>
}

/** Declared here because it is installed on first use only. */
interface Validation {
  validate(initializer: Initializer): void
  deltaChannelHistoryTests(initializer: Initializer): void
}

/** Runs LangGraph's whole suite, each time on a store of its own. @param url where such a store can be made */
export async function validateOn(name: string, url: () => Promise<string>): Promise<void> {
  // The name is no literal, so that the compiler does not ask for a package which may not be there.
  const suite: string = '@langchain/langgraph-checkpoint-validation'
  const { validate, deltaChannelHistoryTests } = (await import(suite)) as Validation
  const closing = new Map<HoldfastSaver, () => Promise<void>>()
  const initializer: Initializer = {
    checkpointerName: `holdfast on ${name}`,
    async createCheckpointer() {
      const hf = await openHoldfast(await url(), { worker: false })
      const saver = new HoldfastSaver(hf)
      closing.set(saver, () => hf.close())
      return saver
    },
    async destroyCheckpointer(saver) {
      await closing.get(saver)?.()
    },
  }
  validate(initializer)
  deltaChannelHistoryTests(initializer)
}
