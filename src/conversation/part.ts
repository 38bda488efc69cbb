/**
 * What turns are made of. The shapes are those of the `ModelMessage` of the AI SDK 7, so that messages go in and come out as they are; `data` is
 * our own: something for programs and user interfaces that no model is shown.
 */
export type Part =
  | TextPart
  | ReasoningPart
  | ReasoningFilePart
  | CustomPart
  | ImagePart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | ToolApprovalRequest
  | ToolApprovalResponse
  | DataPart

export interface TextPart {
  type: 'text'
  text: string
  providerOptions?: ProviderOptions
}

/** What a model has thought before it answered. */
export interface ReasoningPart {
  type: 'reasoning'
  text: string
  providerOptions?: ProviderOptions
}

export interface ReasoningFilePart {
  type: 'reasoning-file'
  data: Extract<FileData, { type: 'data' | 'url' }> | FileContent | URL
  mediaType: string
  providerOptions?: ProviderOptions
}

/** Something that one provider alone knows. */
export interface CustomPart {
  type: 'custom'
  kind: `${string}.${string}`
  providerOptions?: ProviderOptions
}

export interface ImagePart {
  type: 'image'
  image: FileContent | URL | FileReference
  mediaType?: string
  providerOptions?: ProviderOptions
}

export interface FilePart {
  type: 'file'
  data: FileData | FileContent | URL | FileReference
  filename?: string
  mediaType: string
  providerOptions?: ProviderOptions
}

export interface ToolCallPart {
  type: 'tool-call'
  toolCallId: string
  toolName: string
  input: unknown
  providerOptions?: ProviderOptions
  /** True when the provider runs the tool itself. */
  providerExecuted?: boolean
}

export interface ToolResultPart {
  type: 'tool-result'
  toolCallId: string
  toolName: string
  output: ToolOutput
  providerOptions?: ProviderOptions
}

/** A tool call that somebody is to allow. */
export interface ToolApprovalRequest {
  type: 'tool-approval-request'
  approvalId: string
  toolCallId: string
  reason?: string
  isAutomatic?: boolean
  signature?: string
  inputSchemaInput?: unknown
}

export interface ToolApprovalResponse {
  type: 'tool-approval-response'
  approvalId: string
  approved: boolean
  reason?: string
  providerExecuted?: boolean
}

/** Anything that belongs to a turn and is not for models. */
export interface DataPart {
  type: 'data'
  name: string
  data: unknown
}

/** What a tool has come to. */
export type ToolOutput =
  | { type: 'text' | 'error-text'; value: string; providerOptions?: ProviderOptions }
  | { type: 'json' | 'error-json'; value: JsonValue; providerOptions?: ProviderOptions }
  | { type: 'execution-denied'; reason?: string; providerOptions?: ProviderOptions }
  | { type: 'content'; value: ToolContent[] }

/** A piece of what a tool has come to. All but `text`, `file` and `custom` are older forms of `file`. */
export type ToolContent = { providerOptions?: ProviderOptions } & (
  | { type: 'text'; text: string }
  | { type: 'file'; data: FileData; mediaType: string; filename?: string }
  | { type: 'custom' }
  | { type: 'file-data'; data: string; mediaType: string; filename?: string }
  | { type: 'file-url'; url: string; mediaType?: string }
  | { type: 'file-id' | 'image-file-id'; fileId: string | Record<string, string> }
  | { type: 'file-reference' | 'image-file-reference'; providerReference: FileReference }
  | { type: 'image-data'; data: string; mediaType: string }
  | { type: 'image-url'; url: string }
)

/** Text is base64, or the text of a URL. Bytes are stored and given out as a Uint8Array. */
export type FileContent = string | Uint8Array | ArrayBuffer

export type FileData =
  | { type: 'data'; data: FileContent }
  | { type: 'url'; url: URL }
  | { type: 'reference'; reference: FileReference }
  | { type: 'text'; text: string }

/** A file that was uploaded before: its id, by provider. */
export type FileReference = Record<string, string> & { type?: never }

/** What is meant for one provider, by its name. */
export type ProviderOptions = Record<string, JsonObject>

/** What JSON can say. */
export type JsonValue = null | string | number | boolean | Readonly<JsonObject> | readonly JsonValue[]

/** An object of JSON; what is undefined is left out. */
export type JsonObject = { [key: string]: JsonValue | undefined }
