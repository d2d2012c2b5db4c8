import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { describeError } from './error-description';

/** The ids in every log line. Each is null until it is known. */
export interface LogIds {
  readonly request_id: string | null;
  readonly conversation_id: string | null;
  readonly agent_id: string | null;
}

/** What a log line may contain: ids, counts, times and codes, but never a caller's name, number or words. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Logs events as JSON. Each line carries the ids of the event that is being handled. */
export interface Log {
  /** Starts a new event and resets all other ids to null. */
  begin(ids: Partial<LogIds>): void;
  /** Adds ids as they become known. */
  identify(ids: Partial<LogIds>): void;
  /** Returns the ids that are known so far. */
  ids(): LogIds;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Logs the name, code and location in lambdas/ of an error and its causes. Omits the messages of other libraries. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

const noIds: LogIds = { request_id: null, conversation_id: null, agent_id: null };

/** Keeps null values, which Powertools' own log item drops, so that a line shows that an id is unknown. */
class ItemWithNulls extends LogItem {
  override prepareForPrint(): void {
    return;
  }
}

class EventFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, serviceName, timestamp } = attributes;
    const line = { level: logLevel, event: message, service: serviceName, timestamp: this.formatTimestamp(timestamp) };
    return new ItemWithNulls({ attributes: { ...line, ...additional } });
  }
}

/** Creates the log of one function. LOG_LEVEL in the environment sets its level. */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service, logFormatter: new EventFormatter() });
  let ids = noIds;
  return {
    begin: (newIds) => {
      ids = { ...noIds, ...newIds };
    },
    identify: (newIds) => {
      ids = { ...ids, ...newIds };
    },
    ids: () => ids,
    info: (event, fields) => logger.info(event, { ...ids, ...fields }),
    warn: (event, fields) => logger.warn(event, { ...ids, ...fields }),
    error: (event, error, fields) => logger.error(event, { ...ids, ...fields, error: describeError(error) }),
  };
};
