BEGIN TRANSACTION;
CREATE TABLE attempt (
    key TEXT NOT NULL PRIMARY KEY, session TEXT NOT NULL REFERENCES session, number INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, reference TEXT,
    brand TEXT NOT NULL, lastFour TEXT NOT NULL CHECK (length(lastFour) <= 4), expiry TEXT NOT NULL,
    state TEXT NOT NULL, gateway TEXT NOT NULL, payment TEXT, code TEXT, declineCode TEXT,
    securityCodeCheck TEXT, houseNumberCheck TEXT, postcodeCheck TEXT,
    sent INTEGER NOT NULL, answered INTEGER, process INTEGER NOT NULL, processStart INTEGER NOT NULL, token TEXT,
    UNIQUE (session, number)) STRICT;
INSERT INTO "attempt" VALUES('DUP-1','DUP',1,4200,'GBP','R1','visa','4242','12/30','approved','http://127.0.0.1:45147','pi_7x8P7vq2gvDFMwdqAQIDfJFX',NULL,NULL,'pass','unchecked','unchecked',1795988203291,1795988203338,6245,212661,'pm_2up4QvEAGQED75YdfFSoTIAY');
INSERT INTO "attempt" VALUES('ONE-1','ONE',1,4200,'GBP','R1','visa','4242','12/30','approved','http://127.0.0.1:42455','pi_Gu4G9GY90S8GS6HME22vGuY6',NULL,NULL,'pass','unchecked','unchecked',1795988205476,1795988205513,6325,212902,'pm_n9Bx7thKBLsYTUhlvI94tPX6');
CREATE TABLE audit (
    sequence INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL,
    action TEXT NOT NULL, resource TEXT NOT NULL, success INTEGER NOT NULL, detail TEXT NOT NULL,
    code BLOB NOT NULL) STRICT;
INSERT INTO "audit" VALUES(1,1795988203291,'root','desk process 6245','session.opened','session/DUP',1,'{"amount":4200,"currency":"GBP","id":"DUP","opened":1795988203291,"reference":"R1","state":"open"}',X'133F6459F81E75741C63A48089837E296F4FA1B422A535CFDCA64108EF3C0193');
INSERT INTO "audit" VALUES(2,1795988203291,'root','desk process 6245','attempt.sent','attempt/DUP-1',1,'{"amount":4200,"brand":"visa","currency":"GBP","expiry":"12/30","gateway":"http://127.0.0.1:45147","key":"DUP-1","lastFour":"4242","number":1,"process":6245,"processStart":212661,"reference":"R1","sent":1795988203291,"session":"DUP","state":"sending"}',X'FFA787500796D0674269E80312FFDEA4E75047E196B011E09321C321437F9691');
INSERT INTO "audit" VALUES(3,1795988203338,'root','desk process 6245','attempt.settled','attempt/DUP-1',1,'{"amount":4200,"answered":1795988203338,"brand":"visa","currency":"GBP","expiry":"12/30","gateway":"http://127.0.0.1:45147","houseNumberCheck":"unchecked","key":"DUP-1","lastFour":"4242","number":1,"payment":"pi_7x8P7vq2gvDFMwdqAQIDfJFX","postcodeCheck":"unchecked","process":6245,"processStart":212661,"reference":"R1","securityCodeCheck":"pass","sent":1795988203291,"session":"DUP","state":"approved","token":"pm_2up4QvEAGQED75YdfFSoTIAY"}',X'F75C0F5BCEADE0AE0F52477426AC6236B7E915D33F9116E4180B622070910C1A');
INSERT INTO "audit" VALUES(4,1795988203338,'root','desk process 6245','charge.taken','charge/pi_7x8P7vq2gvDFMwdqAQIDfJFX',1,'{"amount":4200,"attempt":"DUP-1","currency":"GBP","payment":"pi_7x8P7vq2gvDFMwdqAQIDfJFX","refunded":0,"state":"taken","taken":1795988203338}',X'4BDEC25E9A0A850F31A443EECEC9E00FB1762112BE80457B2D2ED926DDABC018');
INSERT INTO "audit" VALUES(5,1795988203338,'root','desk process 6245','session.ended','session/DUP',1,'{"amount":4200,"closed":1795988203338,"currency":"GBP","id":"DUP","opened":1795988203291,"reference":"R1","state":"approved"}',X'0289BB812D633D4391E8F9EA8A364C13D4CE784DF2CD6E2C84124877B762B6FF');
INSERT INTO "audit" VALUES(6,1795988204429,'root','desk process 6281','session.ended','session/DUP',1,'{"amount":4200,"closed":1795988204429,"currency":"GBP","id":"DUP","opened":1795988203291,"reference":"R1","state":"failed"}',X'58934DC8C17965BE9BB1EE1FCDFCEB18EB2974B6B162CA283EDBE5E021C1CCF8');
INSERT INTO "audit" VALUES(7,1795988205476,'root','desk process 6325','session.opened','session/ONE',1,'{"amount":4200,"currency":"GBP","id":"ONE","opened":1795988205476,"reference":"R1","state":"open"}',X'2C84BAC4C32297CF949351C84E0FE5AE8C4FE07C56B3D047B26CD6449146D63E');
INSERT INTO "audit" VALUES(8,1795988205476,'root','desk process 6325','attempt.sent','attempt/ONE-1',1,'{"amount":4200,"brand":"visa","currency":"GBP","expiry":"12/30","gateway":"http://127.0.0.1:42455","key":"ONE-1","lastFour":"4242","number":1,"process":6325,"processStart":212902,"reference":"R1","sent":1795988205476,"session":"ONE","state":"sending"}',X'3474FB9118B08DF600D62526C5E57FDB40FEB95D942978295DE9DB7A1268EE3A');
INSERT INTO "audit" VALUES(9,1795988205513,'root','desk process 6325','attempt.settled','attempt/ONE-1',1,'{"amount":4200,"answered":1795988205513,"brand":"visa","currency":"GBP","expiry":"12/30","gateway":"http://127.0.0.1:42455","houseNumberCheck":"unchecked","key":"ONE-1","lastFour":"4242","number":1,"payment":"pi_Gu4G9GY90S8GS6HME22vGuY6","postcodeCheck":"unchecked","process":6325,"processStart":212902,"reference":"R1","securityCodeCheck":"pass","sent":1795988205476,"session":"ONE","state":"approved","token":"pm_n9Bx7thKBLsYTUhlvI94tPX6"}',X'36311ECAE5FEA9FAB43269F94763833196B53ECA4A77DCA1D4C62A6721741110');
INSERT INTO "audit" VALUES(10,1795988205513,'root','desk process 6325','charge.taken','charge/pi_Gu4G9GY90S8GS6HME22vGuY6',1,'{"amount":4200,"attempt":"ONE-1","currency":"GBP","payment":"pi_Gu4G9GY90S8GS6HME22vGuY6","refunded":0,"state":"taken","taken":1795988205513}',X'C1F0708219BC304B586F0F4DDDAA4C5690FCB589CC2DA86F966F0A675EB38091');
INSERT INTO "audit" VALUES(11,1795988205513,'root','desk process 6325','session.ended','session/ONE',1,'{"amount":4200,"closed":1795988205513,"currency":"GBP","id":"ONE","opened":1795988205476,"reference":"R1","state":"approved"}',X'85F45AB44FE865BA463368F3BD23253B17549EEA293FDE9CABCFFC7AA467357B');
CREATE TABLE charge (
    payment TEXT NOT NULL PRIMARY KEY, attempt TEXT NOT NULL UNIQUE REFERENCES attempt,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL,
    refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount), taken INTEGER NOT NULL) STRICT;
INSERT INTO "charge" VALUES('pi_7x8P7vq2gvDFMwdqAQIDfJFX','DUP-1',4200,'GBP','taken',0,1795988203338);
INSERT INTO "charge" VALUES('pi_Gu4G9GY90S8GS6HME22vGuY6','ONE-1',4200,'GBP','taken',0,1795988205513);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 sessions, attempts, charges, refunds, receipts, audit');
INSERT INTO "grdb_migrations" VALUES('2 fewer indexes, tokens');
INSERT INTO "grdb_migrations" VALUES('3 who waits for a refund, and where');
CREATE TABLE receipt (
    id TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL REFERENCES charge, address TEXT NOT NULL,
    sent INTEGER NOT NULL) STRICT;
CREATE TABLE refund (
    key TEXT NOT NULL PRIMARY KEY, payment TEXT NOT NULL REFERENCES charge, amount INTEGER NOT NULL CHECK (amount > 0),
    isVoid INTEGER NOT NULL, state TEXT NOT NULL, refund TEXT, asked INTEGER NOT NULL, answered INTEGER, gateway TEXT, process INTEGER, processStart INTEGER) STRICT;
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL,
    reference TEXT, state TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER) STRICT;
INSERT INTO "session" VALUES('DUP',4200,'GBP','R1','failed',1795988203291,1795988204429);
INSERT INTO "session" VALUES('ONE',4200,'GBP','R1','approved',1795988205476,1795988205513);
CREATE INDEX attemptByReference ON attempt (reference);
CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER auditIsNotShortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE INDEX openAttempt ON attempt (state) WHERE state IN ('sending', 'unknown');
CREATE INDEX refundByPayment ON refund (payment);
CREATE INDEX openRefund ON refund (state) WHERE state IN ('sending', 'unknown');
COMMIT;
