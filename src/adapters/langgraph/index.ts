export { HoldfastSaver, type SaverOptions } from './saver.ts'
export { HoldfastStore, type StoreOptions } from './store.ts'
