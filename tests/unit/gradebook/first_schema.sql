-- A gradebook of the first version, as it was written then; it is never changed.
BEGIN TRANSACTION;
CREATE TABLE adjustment (
	id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	exercise TEXT NOT NULL, 
	points TEXT, 
	why TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(student) REFERENCES student (id) ON DELETE CASCADE
);
INSERT INTO "adjustment" VALUES(1,'s1','exercise-01','7/2','a reason','me','2027-03-01T12:00:00.000000+00:00');
CREATE TABLE check_result (
	result INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	score TEXT, 
	points TEXT NOT NULL, 
	visibility TEXT NOT NULL, 
	details TEXT NOT NULL, 
	PRIMARY KEY (result, place), 
	FOREIGN KEY(result) REFERENCES result (id) ON DELETE CASCADE
);
INSERT INTO "check_result" VALUES(1,0,'small','wrong_answer','0','2','public','{"cases":20,"passed":3,"message":"off by 1","feedback":"Look at the sign.","counterexample":{"inputs":{"A":"np.array([[1.0]])"},"expected":"np.array([1.0])","got":"np.array([2.0])","error":"inf","allowed":1e-06,"replay":"grade exercise-01 --seed 7 --case 0:3"}}');
INSERT INTO "check_result" VALUES(1,1,'large','accepted','2','2','hidden','{}');
CREATE TABLE erasure (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE grader_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT grader_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "grader_version" VALUES('0001');
CREATE TABLE proposal (
	run INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	exercise TEXT NOT NULL, 
	result INTEGER NOT NULL, 
	PRIMARY KEY (run, student, exercise), 
	FOREIGN KEY(run) REFERENCES run (id), 
	FOREIGN KEY(student) REFERENCES student (id) ON DELETE CASCADE, 
	FOREIGN KEY(result) REFERENCES result (id) ON DELETE CASCADE
);
CREATE TABLE result (
	id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	exercise TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	content TEXT NOT NULL, 
	run INTEGER NOT NULL, 
	verdict TEXT NOT NULL, 
	score TEXT, 
	points TEXT NOT NULL, 
	isolation TEXT NOT NULL, 
	exercise_hash TEXT NOT NULL, 
	seconds FLOAT NOT NULL, 
	at TEXT NOT NULL, 
	details TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT result_once UNIQUE ("key", student), 
	FOREIGN KEY(student) REFERENCES student (id) ON DELETE CASCADE, 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "result" VALUES(1,'s1','exercise-01','k1','c1',1,'partial','2','4','sealed','h',0.25,'2027-03-01T12:00:00.000000+00:00','{"title":"Title","topic":"algebra","section":"Matrices","points_hidden":"2","answer_file":"exercise_01.py","untouched":false,"errors":[]}');
CREATE TABLE run (
	id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	started TEXT NOT NULL, 
	finished TEXT, 
	seed INTEGER NOT NULL, 
	isolation TEXT NOT NULL, 
	machine TEXT NOT NULL, 
	process INTEGER NOT NULL, 
	versions TEXT NOT NULL, 
	options TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(seed) REFERENCES seed (id)
);
INSERT INTO "run" VALUES(1,'finished','2027-03-01T12:00:00.000000+00:00','2027-03-01T12:00:00.000000+00:00',1,'sealed','machine',1,'{"grader":"0.1.0"}','{"jobs":2}');
CREATE TABLE seed (
	id INTEGER NOT NULL, 
	value TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "seed" VALUES(1,'5','secret','2027-03-01T12:00:00.000000+00:00');
CREATE TABLE standing (
	id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	exercise TEXT NOT NULL, 
	result INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(student) REFERENCES student (id) ON DELETE CASCADE, 
	FOREIGN KEY(result) REFERENCES result (id) ON DELETE CASCADE, 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "standing" VALUES(1,'s1','exercise-01',1,1,'2027-03-01T12:00:00.000000+00:00');
CREATE TABLE student (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	ids TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "student" VALUES('s1','','','{}');
CREATE TABLE submission (
	id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	exercise TEXT NOT NULL, 
	content TEXT NOT NULL, 
	source TEXT NOT NULL, 
	at TEXT, 
	counts BOOLEAN NOT NULL, 
	run INTEGER NOT NULL, 
	noted TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(student) REFERENCES student (id) ON DELETE CASCADE, 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "submission" VALUES(1,'s1','exercise-01','c1','s1/exercise-01.py','2027-03-01T12:00:00.000000+00:00',1,1,'2027-03-01T12:00:00.000000+00:00');
CREATE INDEX submission_place ON submission (student, exercise, id);
CREATE INDEX result_student ON result (student);
CREATE INDEX standing_place ON standing (student, exercise, id);
CREATE INDEX standing_result ON standing (result);
CREATE INDEX proposal_result ON proposal (result);
CREATE INDEX proposal_student ON proposal (student);
CREATE INDEX adjustment_place ON adjustment (student, exercise, id);
COMMIT;
