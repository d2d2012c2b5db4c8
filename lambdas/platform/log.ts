import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { describeError } from './error-description';

/** The ids in every line; null until they are known. */
export interface LogIds {
  readonly request_id: string | null;
  readonly conversation_id: string | null;
  readonly agent_id: string | null;
}

/** What a log line may hold: ids, counts, times and codes, never a caller's name, number or words. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Logs events as JSON. Each line carries the ids of the event that is handled. */
export interface Log {
  /** Starts a new event. Ids that are not given are null again. */
  begin(ids: Partial<LogIds>): void;
  /** Adds ids as they become known. */
  identify(ids: Partial<LogIds>): void;
  /** The ids that are known so far. */
  ids(): LogIds;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Logs the name, the code and the place in lambdas/ of an error and its causes, but no foreign message. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

const noIds: LogIds = { request_id: null, conversation_id: null, agent_id: null };

/** Powertools' own item drops nulls. This one keeps them, so that a line shows that an id is not known. */
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

/** The log of one function. The environment's LOG_LEVEL sets its level. */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service, logFormatter: new EventFormatter() });
  let ids = noIds;
  return {
    begin: (given) => (ids = { ...noIds, ...given }),
    identify: (given) => (ids = { ...ids, ...given }),
    ids: () => ids,
    info: (event, fields) => logger.info(event, { ...ids, ...fields }),
    warn: (event, fields) => logger.warn(event, { ...ids, ...fields }),
    error: (event, error, fields) => logger.error(event, { ...ids, ...fields, error: describeError(error) }),
  };
};
