import time
from program import Program
def test_smoke(two_boards):
    a, b = two_boards
    a.run("mount -t tracefs t /sys/kernel/tracing; echo 1 > /sys/kernel/tracing/events/gpio/enable")
    a.run("remove_chip; mkdir $sim/b0/line17/hog; echo fan > $sim/b0/line17/hog/name; echo output-high > $sim/b0/line17/hog/direction; insert_chip")
    print(a.users(), a.run("grep -n '|' /sys/kernel/debug/gpio"), a.lit())
    print(a.run("tail -5 /sys/kernel/tracing/trace"))
    print(a.run("ls /sys/class/gpio /sys/class/gpio/*/base; ls /sys/bus/gpio/devices/*; free -m"))
    a.start("--board=sim", "--ledactor.link.dead-after=3s"); b.start("--board=sim")
    print(a.program.expect("supervisor linked .*peer=\"client\""))
    b.program.expect("supervisor linked .*peer=\"server\"")
    b.pull_cable()
    t=time.time(); print(a.program.expect("unlinked .*reason=silent")); print(time.time()-t)
    b.plug_cable()
    t=time.time(); print(a.program.expect("supervisor linked .*peer=\"client\"")); print(time.time()-t)
    b.cut_power()
    print(a.program.expect("unlinked .*reason=silent"))
    a.program.stop()
    print(a.program.log())
    a.show()
    a.tidy()
