import { assertEquals } from "@std/assert";
import { NOTICE_GATHER_MS, NoticeBoard } from "../../src/session/notice_board.ts";

Deno.test("NOTICE_GATHER_MS is what PROTOCOL 1.5 allows", () =>
  assertEquals(NOTICE_GATHER_MS, 250));

Deno.test("NoticeBoard.nextDeadlineMs() is undefined while there is nothing to tell", () => {
  const board = new NoticeBoard();
  assertEquals(board.nextDeadlineMs(), undefined);
  board.post("connect", "a");
  board.take(0);
  assertEquals(board.nextDeadlineMs(), undefined);
});

Deno.test("NoticeBoard.nextDeadlineMs() is due at once after a quiet time", () => {
  const board = new NoticeBoard();
  board.post("connect", "a");
  assertEquals(isDue(board, 0), true);
  board.take(0);
  board.post("connect", "b");
  assertEquals(isDue(board, 250), true);
});

Deno.test("NoticeBoard.nextDeadlineMs() gathers for 250 ms what follows the first", () => {
  const board = new NoticeBoard();
  board.post("connect", "a");
  board.take(1_000);
  board.post("connect", "b");
  assertEquals(board.nextDeadlineMs(), 1_250);
  board.post("disconnect", "a");
  assertEquals(board.nextDeadlineMs(), 1_250);
  assertEquals(board.take(1_250).length, 2);
});

Deno.test("NoticeBoard.take() gives all notices once, oldest first", () => {
  const board = new NoticeBoard();
  board.post("connect", "a");
  board.post("connect", "b");
  board.post("disconnect", "a");
  assertEquals(board.take(0), [
    { kind: "connect", id: "a", number: 1 },
    { kind: "connect", id: "b", number: 2 },
    { kind: "disconnect", id: "a", number: 3 },
  ]);
  assertEquals(board.take(0), []);
});

Deno.test("NoticeBoard.take() gives what is gathered also before it is due", () => {
  const board = new NoticeBoard();
  board.take(0);
  board.post("connect", "a");
  assertEquals(board.take(1).map(({ id }) => id), ["a"]);
});

Deno.test("NoticeBoard.post() numbers the notices from 1 on", () => {
  const board = new NoticeBoard();
  assertEquals(board.lastNumber, 0);
  assertEquals([board.post("connect", "a"), board.post("connect", "b")], [1, 2]);
  board.take(0);
  assertEquals(board.post("disconnect", "a"), 3);
  assertEquals(board.lastNumber, 3);
});

Deno.test("NoticeBoard.isPending() is true from post() to take()", () => {
  const board = new NoticeBoard();
  const first = board.post("connect", "a");
  assertEquals(board.isPending(first), true);
  board.take(0);
  const second = board.post("connect", "b");
  assertEquals([board.isPending(first), board.isPending(second)], [false, true]);
  assertEquals(board.isPending(0), false);
});

function isDue(board: NoticeBoard, nowMs: number): boolean {
  const dueMs = board.nextDeadlineMs();
  return dueMs !== undefined && dueMs <= nowMs;
}

Deno.test("NoticeBoard.postpone() puts off what is gathered, and only that", () => {
  const board = new NoticeBoard();
  board.post("connect", "ada");
  board.postpone(5_000);
  assertEquals(board.nextDeadlineMs(), 5_000);
  assertEquals(board.take(5_000).map(({ id }) => id), ["ada"]);
  board.post("disconnect", "ada");
  assertEquals(board.nextDeadlineMs(), 5_000 + NOTICE_GATHER_MS);
});
