import time, pytest
from django.db import connection, transaction
from tests.worlds import build_world

@pytest.mark.django_db
def test_world_time():
    t=time.time(); 
    import cProfile, pstats
    p=cProfile.Profile(); p.enable()
    w=build_world()
    p.disable()
    print("WORLD", time.time()-t)
    pstats.Stats(p).sort_stats("cumtime").print_stats(45)
    for a in (w.planned,w.shortlisting,w.convened,w.another,w.ready,w.today,w.closing,w.scored,w.waiting,w.decided):
        a.refresh_from_db(); print(a.reference,a.stage)
